/** Between moments and what a field of date and time holds: 2026-11-17T09:14, in the zone of this computer. */
const two = (value: number): string => String(value).padStart(2, '0');

export const toField = (instant: Date): string =>
  `${String(instant.getFullYear())}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}` +
  `T${two(instant.getHours())}:${two(instant.getMinutes())}`;

/** The instant with its offset, as commands take it. */
export const fromField = (field: string): string => new Date(field).toISOString();
