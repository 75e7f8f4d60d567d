/** Finds the heads in the text of an event stream, however the network cuts it. What is no head is a sign of life. */
import { HeadEvent } from '@mhb/core-domain/wire';
import { createParser } from 'eventsource-parser';

export const readHeads = (onSign: (head?: number) => void): ((text: string) => void) => {
  const parser = createParser({
    onEvent: ({ event, data }) => {
      const head = event === 'head' ? headOf(data) : undefined;
      if (head !== undefined) onSign(head);
    },
    // A line that never ends would fill the memory.
    maxBufferSize: BUFFER_CHARACTERS_MAX,
    onError: () => {
      parser.reset();
    },
  });
  return (text) => {
    onSign();
    parser.feed(text);
  };
};

const BUFFER_CHARACTERS_MAX = 4_096;

const headOf = (data: string): number | undefined => {
  try {
    return HeadEvent.safeParse(JSON.parse(data)).data?.head;
  } catch {
    return undefined;
  }
};
