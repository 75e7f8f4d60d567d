/** Where the service is. Unencrypted http is for this machine only: the API key travels with every request. */
import { err, ok, type Result } from '@mhb/core-domain';

export type UnusableUrl =
  | { readonly type: 'InvalidUrl'; readonly fields: readonly ['url'] }
  | { readonly type: 'InsecureUrl'; readonly fields: readonly ['url'] };

/** The address in its one written form, without a slash at the end. */
export const readServiceUrl = (text: string): Result<string, UnusableUrl> => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === undefined || !isWeb || !isPlain) return err({ type: 'InvalidUrl', fields: ['url'] });
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return err({ type: 'InsecureUrl', fields: ['url'] });
  return ok(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
