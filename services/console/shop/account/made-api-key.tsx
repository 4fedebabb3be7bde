import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CreateApiKeyResponse } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';

interface MadeApiKeyProps {
  made: CreateApiKeyResponse;
  onClose: () => void;
}

/** Shows a new key's secret, this once, with what to do with it. */
export function MadeApiKey({ made: { apiKey, secret }, onClose }: MadeApiKeyProps) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="made form">
      <TextInput
        label={`The key ${apiKey?.name}`}
        description="Keep it now where nobody else reads it: it is not shown again."
        value={secret}
        readOnly
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        classNames={{ input: 'secret' }}
      />
      <p className="hint">
        Send it with each call, as in{' '}
        <code>
          curl -H 'x-api-key: {apiKey?.hint}…' {window.location.origin}/v2/orders
        </code>
      </p>
      <div className="form-foot">
        {/* Browsers let pages of a secure origin copy, and no others. */}
        {'clipboard' in navigator && (
          <Button onClick={() => navigator.clipboard.writeText(secret).then(() => setCopied(true))}>Copy it</Button>
        )}
        <Button variant="default" onClick={onClose}>
          I have kept it
        </Button>
        <span role="status">{isCopied ? 'Copied.' : ''}</span>
      </div>
    </div>
  );
}
