import { randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** Makes a secret that signs webhooks: `whsec_` and 32 random bytes in base64, as Standard Webhooks has it. */
export function generateSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
