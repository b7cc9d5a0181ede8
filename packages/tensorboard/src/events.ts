import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A value under a tag. */
export type TaggedValue = { readonly tag: string } & (
  | { readonly scalar: number }
  /** A picture of three channels. */
  | { readonly png: Uint8Array; readonly height: number; readonly width: number }
  /** What a plugin of TensorBoard reads, in a message of its own. */
  | { readonly plugin: string; readonly content: Uint8Array }
);

/** The tags of an event, and its step. */
export interface EventTags {
  readonly step: number;
  readonly tags: readonly string[];
}

const RGB = 3;

// Numbers of fields as in tensorboard/compat/proto: event.proto, summary.proto.

/** What an event file begins with: the version whose events say which plugin reads them. */
export function encodeVersion(seconds: number): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(seconds);
  return event.tag(3, WireType.LengthDelimited).string('brain.Event:2').finish();
}

/** Values of a step. @param seconds since 1970. */
export function encodeEvent(seconds: number, step: number, values: readonly TaggedValue[]): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(seconds).tag(2, WireType.Varint).int64(step);
  const summary = event.tag(5, WireType.LengthDelimited).fork();
  for (const value of values) writeValue(summary.tag(1, WireType.LengthDelimited).fork(), value).join();
  return summary.join().finish();
}

function writeValue(writer: BinaryWriter, value: TaggedValue): BinaryWriter {
  writer.tag(1, WireType.LengthDelimited).string(value.tag);
  if ('scalar' in value) return writer.tag(2, WireType.Bit32).float(value.scalar);
  if ('png' in value) {
    const image = writer.tag(4, WireType.LengthDelimited).fork();
    image.tag(1, WireType.Varint).int32(value.height).tag(2, WireType.Varint).int32(value.width);
    return image.tag(3, WireType.Varint).int32(RGB).tag(4, WireType.LengthDelimited).bytes(value.png).join();
  }
  const metadata = writer.tag(9, WireType.LengthDelimited).fork();
  const data = metadata.tag(1, WireType.LengthDelimited).fork();
  data.tag(1, WireType.LengthDelimited).string(value.plugin).tag(2, WireType.LengthDelimited).bytes(value.content);
  return data.join().join();
}

/** Which tags an event has values of. @throws where the bytes are no event. */
export function decodeTags(event: Uint8Array): EventTags {
  const reader = new BinaryReader(event);
  let step = 0;
  const tags: string[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 2) step = Number(reader.int64());
    else if (field === 5) tags.push(...tagsOf(reader.bytes()));
    else reader.skip(type);
  }
  return { step, tags };
}

function tagsOf(summary: Uint8Array): readonly string[] {
  return fieldsOf(summary, 1).flatMap((value) => fieldsOf(value, 1).map((tag) => new TextDecoder().decode(tag)));
}

/** All that a message has in a field. */
function fieldsOf(message: Uint8Array, wanted: number): readonly Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(type);
  }
  return found;
}
