import { errorCodes } from '@mhb/core-domain/wire';
import { expect, test } from 'vitest';
import { failureText } from '../failure-text.ts';
import { codeOfFailure, failureSentence, turnAfter } from './failure-facts.ts';

const types = [
  'Offline',
  'CertificateNotTrusted',
  'NotASyncService',
  'ServiceMisbehaved',
  'EntriesMissing',
  'OthersAreWriting',
  'CannotOpen',
  'KeyringRolledBack',
  'KeysChangedElsewhere',
  'SecretsMissing',
  'SecretsUnreadable',
  'WrongKey',
];

test('[O9] every failure that sync keeps has a sentence of its own', () => {
  const unknown = failureText({ type: 'not a type' });
  for (const code of [...types, ...Object.keys(errorCodes)]) {
    expect(failureSentence(code), code).not.toBe(unknown);
    expect(failureSentence(code), code).toMatch(/^[A-Z].*\.$/);
  }
});

test('what the service says will pass is nobody’s turn, and what it asks of the person is not', () => {
  for (const [code, { action }] of Object.entries(errorCodes)) {
    const passes = ['wait', 'retry', 'reconcile'].includes(action);
    expect(turnAfter(code) === 'nobody', code).toBe(passes);
  }
  expect(turnAfter('Offline')).toBe('nobody');
});

test('a device whose key or keys are no longer good joins again', () => {
  expect(types.filter((type) => turnAfter(type) === 'join again')).toEqual([
    'KeysChangedElsewhere',
    'SecretsMissing',
    'SecretsUnreadable',
    'WrongKey',
  ]);
  expect(turnAfter(codeOfFailure({ type: 'Refused', code: 'unauthorized' }))).toBe('join again');
});
