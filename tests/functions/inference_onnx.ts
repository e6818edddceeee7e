// ONNX files made on the spot, of about a megabyte each and all different: two matrix products and a softmax.

const hidden = 62_500;

const text = (value: string) => new TextEncoder().encode(value);

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.from([...bytes, value]);
}

// The two wire types of protobuf that a model needs; the field numbers below are those of onnx.proto.
const number = (field: number, value: number) => concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Uint8Array) => concat([varint(field * 8 + 2), varint(value.byteLength), value]);
const message = (field: number, ...parts: Uint8Array[]) => bytes(field, concat(parts));
const string = (field: number, value: string) => bytes(field, text(value));

const float = 1;

function node(operator: string, inputs: string[], output: string): Uint8Array {
  return message(1, ...inputs.map((name) => string(1, name)), string(2, output), string(4, operator));
}

function weights(name: string, rows: number, columns: number, data: Float32Array<ArrayBuffer>): Uint8Array {
  return message(
    5,
    number(1, rows),
    number(1, columns),
    number(2, float),
    string(8, name),
    bytes(9, new Uint8Array(data.buffer)),
  );
}

function value(field: number, name: string, columns: number): Uint8Array {
  const shape = message(2, message(1, string(2, "rows")), message(1, number(1, columns)));
  return message(field, string(1, name), message(2, message(1, number(1, float), shape)));
}

/** A model of two inputs whose answer to the row [1, 0] has the logits [seed / 1000, 0]. */
export function makeModel(seed: number): Uint8Array<ArrayBuffer> {
  const spread = new Float32Array(2 * hidden).fill(1);
  const gather = Float32Array.from({ length: 2 * hidden }, (_, at) => at % 2 === 0 ? seed / 1000 / hidden : 0);
  return concat([
    number(1, 8),
    message(
      7,
      node("MatMul", ["features", "spread"], "wide"),
      node("MatMul", ["wide", "gather"], "logits"),
      node("Softmax", ["logits"], "probabilities"),
      string(2, "generated"),
      weights("spread", 2, hidden, spread),
      weights("gather", hidden, 2, gather),
      value(11, "features", 2),
      value(12, "probabilities", 2),
    ),
    message(8, string(1, ""), number(2, 17)),
  ]);
}

/** What the model says of the row [1, 0]. */
export function answerOf(seed: number): number[] {
  const first = 1 / (1 + Math.exp(-seed / 1000));
  return [first, 1 - first];
}
