import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ChangeEmail } from './change-email.tsx';
import { ChangePassword } from './change-password.tsx';

/** What somebody signs in with, and the way to change it. */
export function Credentials({ email }: { email: string }) {
  const [changing, setChanging] = useState<'email' | 'password'>();
  const [said, setSaid] = useState('');
  const ask = (what: 'email' | 'password') => {
    setSaid('');
    setChanging(what);
  };
  const done = (words = '') => {
    setSaid(words);
    setChanging(undefined);
  };
  return (
    <section className="panel form" aria-labelledby="credentials-title">
      <h2 id="credentials-title">Signing in</h2>
      {changing === 'email' && <ChangeEmail onDone={done} />}
      {changing === 'password' && <ChangePassword email={email} onDone={done} />}
      {changing === undefined && (
        <>
          <TextInput label="E-mail" value={email} readOnly description="The address you sign in with" />
          <div className="form-foot">
            <Button variant="default" onClick={() => ask('email')}>
              Change e-mail …
            </Button>
            <Button variant="default" onClick={() => ask('password')}>
              Change password …
            </Button>
          </div>
        </>
      )}
      <p role="status" className="said">
        {said}
      </p>
    </section>
  );
}
