import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogueProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Asks something before anything else goes on. It is the browser's own dialogue: it keeps the focus and closes by Escape. */
export function Dialogue({ title, onClose, children }: DialogueProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = box.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={box} className="dialogue" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
