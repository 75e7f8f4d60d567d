/** Server-sent events read from a response, since EventSource can send no Authorization header. */
import { EventSourceParserStream } from 'eventsource-parser/stream';

export interface HostEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Each event with its JSON read, until the host ends the stream. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<HostEvent> {
  // The type of the decoder's writable side differs between the DOM's and the library's words for bytes.
  const text = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const { event = 'message', data } = read.value;
      yield { event, data: JSON.parse(data) as unknown };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
