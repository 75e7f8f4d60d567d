/**
 * Whether a process is still the one it was. Its number alone does not tell: numbers are given again, so the time it
 * began goes with it (Linux; elsewhere the number has to do).
 */
import { readFileSync, readlinkSync } from 'node:fs';

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** When it began, in ticks since the machine started; empty where that can't be known. */
export const startOf = (pid: number): string => statFields(pid)[19] ?? '';

/** The folder a process works in, or `undefined`. */
export const workingFolderOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${String(pid)}/cwd`);
  } catch {
    return undefined;
  }
};

/** The program's name, as the system cuts it. */
export const nameOf = (pid: number): string => readOf(pid, 'comm').trim();

/** What it was started with; empty where that can't be known. */
export const argumentsOf = (pid: number): readonly string[] => readOf(pid, 'cmdline').split('\0');

/** It has ended and waits for its parent to notice. */
const isZombie = (pid: number): boolean => statFields(pid)[0] === 'Z';

/** The fields of /proc/PID/stat after the name, which is in brackets and may hold anything. */
const statFields = (pid: number): readonly string[] => {
  const text = readOf(pid, 'stat');
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ');
};

const readOf = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'latin1');
  } catch {
    return '';
  }
};
