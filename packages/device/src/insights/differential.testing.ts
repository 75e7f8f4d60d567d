/** Where and when the random histories of the differential tests are lived. */

/** Both hemispheres, half an hour of summer time, and offsets of a quarter of an hour. */
export const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'America/Santiago',
  'Asia/Kathmandu',
] as const;

/** Around changes of the clocks in each of them. */
export const AROUND = [
  '2025-03-09',
  '2025-03-30',
  '2025-04-05',
  '2025-09-06',
  '2025-09-27',
  '2025-10-04',
  '2025-11-01',
] as const;

/** What became of an entry. */
export type Outcome = 'kept' | 'deleted' | 'edited' | 'elsewhere';
