/**
 * TLS of the service itself: a certificate and its key, read anew when they were renewed. What can't be used is said,
 * and the certificate before it stays.
 */
import { type KeyObject, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, watchFile } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { RequestListener, ServerOptions } from 'node:http';
import { createSecureContext } from 'node:tls';
import { limits } from '@mhb/core-domain/wire';
import { StartProblem } from '../failures.ts';
import { settings } from '../settings.ts';

/** Paths. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Certificate {
  /** PEM: this one, and those that lead to its authority. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** Whether the file leaves out who issued the certificate; devices then can't tell that they trust it. */
  readonly isWithoutIssuer: boolean;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** Throws a `StartProblem` that names the variable. One that has run out is no problem here: devices refuse it. */
export const readCertificate = ({ certificateFile, keyFile }: TlsFiles): Certificate => {
  const cert = readPem(certificateFile, settings.tlsCertificate.name);
  const key = readPem(keyFile, settings.tlsKey.name);
  const x509 = parse(settings.tlsCertificate.name, 'certificate', () => new X509Certificate(cert));
  const privateKey: KeyObject = parse(settings.tlsKey.name, 'private key without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!x509.checkPrivateKey(privateKey))
    throw new StartProblem(
      `${settings.tlsKey.name} names a key that is not the one of the certificate. Give the two that belong together.`,
    );
  parse(settings.tlsCertificate.name, 'certificate that can be used', () =>
    createSecureContext({ cert, key }),
  );
  const isAlone = cert.split('-----BEGIN CERTIFICATE-----').length === 2;
  return {
    cert,
    key,
    isWithoutIssuer: isAlone && !x509.checkIssued(x509),
    validFrom: new Date(x509.validFrom),
    validTo: new Date(x509.validTo),
  };
};

const readPem = (path: string, name: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new StartProblem(`${name} names a file that can’t be read.`);
  }
};

const parse = <Value>(name: string, what: string, read: () => Value): Value => {
  try {
    return read();
  } catch {
    throw new StartProblem(`${name} names a file that is no ${what} in PEM form.`);
  }
};

/** Older versions of TLS are broken. */
const VERSION_MIN = 'TLSv1.2';

/** Holds the certificate of today, for every server that answers with it. */
export interface Tls {
  readonly createServer: (options: ServerOptions, listener: RequestListener) => Server;
  /** When the certificate in use runs out. */
  readonly validTo: () => Date;
  /** Reads both files again. Throws a `StartProblem` where they can't be used; then everything stays as it is. */
  readonly reload: () => void;
  /** Calls back whenever one of the files has changed, however it was replaced. Keeps no process alive. */
  readonly watch: (changed: () => void) => void;
}

export const openTls = (files: TlsFiles): Tls => {
  let certificate = readCertificate(files);
  const contextOf = ({ cert, key }: Certificate) => ({ cert, key, minVersion: VERSION_MIN }) as const;
  const servers: Server[] = [];
  return {
    createServer: (options, listener) => {
      // Who begins and says nothing more is waited for as long as for the head of a request; Node's own is two minutes.
      const handshakeTimeout = limits.HEADERS_TIMEOUT_MS;
      const server = createServer({ ...options, ...contextOf(certificate), handshakeTimeout }, listener);
      servers.push(server);
      return server;
    },
    validTo: () => certificate.validTo,
    reload: () => {
      certificate = readCertificate(files);
      for (const server of servers) server.setSecureContext(contextOf(certificate));
    },
    watch: (changed) => {
      // Asked by name and through links: a renewal puts another file, or another link, in the place of the old one.
      for (const path of [files.certificateFile, files.keyFile])
        watchFile(path, { persistent: false, interval: LOOK_MS }, changed);
    },
  };
};

const LOOK_MS = 5_000;
