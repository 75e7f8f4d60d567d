/** Seeds that once ended badly, each with what it was. They are short stories, and they stay. */
import { expect, test } from 'vitest';
import { run } from './seeded/run.ts';

const pinned = [
  {
    seed: 1070,
    steps: 400,
    sentence:
      'An upload that is repeated after the service went back to a backup may be taken, and the device it overtakes sends its change again.',
  },
  {
    seed: 98,
    steps: 400,
    sentence: 'A device killed while it turns sync off has lost its keys and says so, and can join again.',
  },
  {
    seed: 111,
    steps: 400,
    sentence:
      'A page that was asked for before the service went back to a backup and arrives after is taken in, and the next sync notices.',
  },
  {
    seed: 2,
    steps: 300,
    sentence: 'A device that was lost while it synced leaves a request behind that is still answered.',
  },
  {
    seed: 4594,
    steps: 360,
    sentence:
      'A device that brought in an entry from the future, and put its own stamps right beside it, gave one stamp twice.',
  },
  {
    seed: 4659,
    steps: 360,
    sentence:
      'An export from before a stamp was put right brings back what was replaced, also over what was written later.',
  },
  {
    seed: 17210,
    steps: 360,
    sentence:
      'A file says only that a deleted record is alive again, under a stamp that its device has put right since.',
  },
  {
    seed: 9618,
    steps: 360,
    sentence:
      'A transaction that was given its lock in the moment in which the service died does not go on with it.',
  },
  {
    seed: 11440,
    steps: 360,
    sentence: 'What a newer app wrote on top of an edit is kept in a ledger in place of that edit.',
  },
  {
    seed: 11665,
    steps: 360,
    sentence:
      'A device that went back to a copy of its disk, and has met a stamp from the future, writes the same edit again.',
  },
  {
    seed: 24872,
    steps: 360,
    sentence:
      'A version that a service restored during a sync names as present was written without the one before, which the ledger keeps.',
  },
  {
    seed: 25331,
    steps: 360,
    sentence:
      'Two people replaced the same by the same, and a device that went back to a copy of its disk shows what one of them entered.',
  },
];

test.each(pinned)('[O4] seed $seed: $sentence', async ({ seed, steps }) => {
  const { violation, story } = await run({ seed, steps });
  expect(violation, story.slice(-20).join('\n')).toBeUndefined();
});
