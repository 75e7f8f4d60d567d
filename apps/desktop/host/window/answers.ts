/**
 * What the host answers with. Every answer has the headers that keep a page from loading, sending or framing anything
 * but itself; no answer says what a person wrote unless it is the answer of a command.
 */
import type { ServerResponse } from 'node:http';

export interface Refused {
  readonly status: number;
  readonly error: { readonly type: string; readonly message: string };
}

export const refused = (status: number, type: string, message: string): Refused => ({
  status,
  error: { type, message },
});

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Two libraries write a fixed style as an attribute: SvelteKit hides what tells a screen reader the new page's
    // title, and bits-ui says "display: contents;" of what is around a line of a command list.
    "style-src-attr 'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=' 'sha256-iaOezIDcQIoxCULa6FBKKuLUu09R7kG+Mlu+JVfU3Rw='",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html sveltekit-trusted-url',
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=(), hid=(), bluetooth=(), midi=()',
  'Cache-Control': 'no-store',
};

export const setHeaders = (response: ServerResponse): void => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
};

export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
};

export const sendRefused = (response: ServerResponse, { status, error }: Refused): void => {
  sendJson(response, status, { error });
};

/** One sentence, for a person who came here with a browser. */
export const sendWords = (response: ServerResponse, status: number, words: string): void => {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mental Health Bar</title><p>${words}</p></html>\n`,
  );
};
