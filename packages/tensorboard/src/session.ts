import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { TaggedValue } from './events.ts';

/** What a try was made with. */
export type HyperParameters = Readonly<Record<string, number | string>>;

const PLUGIN = 'hparams';
const SUCCESS = 1;
const FAILURE = 2;

// Numbers of fields as in tensorboard/plugins/hparams: plugin_data.proto, api.proto; of a parameter, google.protobuf.Value.

/**
 * A try as a row of the HParams page: what it was made with, and how it ended. What it came to are the scalars of the same
 * folder. No experiment is written: of several in one log folder, TensorBoard takes the columns of any one for all.
 */
export function sessionValues(
  hyperParameters: HyperParameters,
  times: { readonly started: number; readonly ended: number },
  succeeded: boolean,
): readonly TaggedValue[] {
  const start = new BinaryWriter();
  for (const [name, value] of Object.entries(hyperParameters)) {
    const entry = start.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(name);
    const parameter = entry.tag(2, WireType.LengthDelimited).fork();
    if (typeof value === 'number') parameter.tag(2, WireType.Bit64).double(value);
    else parameter.tag(3, WireType.LengthDelimited).string(value);
    parameter.join().join();
  }
  start.tag(5, WireType.Bit64).double(times.started);
  const end = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(succeeded ? SUCCESS : FAILURE)
    .tag(2, WireType.Bit64)
    .double(times.ended);
  return [
    { tag: '_hparams_/session_start_info', plugin: PLUGIN, content: pluginData(3, start.finish()) },
    { tag: '_hparams_/session_end_info', plugin: PLUGIN, content: pluginData(4, end.finish()) },
  ];
}

/** Of version 0, which goes without saying. */
function pluginData(field: number, message: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(message).finish();
}
