/** Which sealed bytes the service holds, in 32 bytes: enough to compare both sides without sending anything. */
import { hash } from 'node:crypto';

export const sealedHash = (sealed: Uint8Array): Uint8Array => hash('sha256', sealed, 'buffer');
