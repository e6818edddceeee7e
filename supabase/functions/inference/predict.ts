// One run of a model: rows in, class probabilities out, with the artifact held to what its signature promises.
import { mismatch } from "./failures.ts";
import type { Session, Tensor, TensorData } from "./runtime.ts";
import type { Signature } from "./schema.ts";

export interface Answer {
  label: string | number | boolean;
  score: number;
  probabilities: number[];
}

function toTensorData(rows: readonly (readonly number[])[], width: number, type: string): TensorData {
  const size = rows.length * width;
  if (type === "int64") return BigInt64Array.from(rows.flat(), BigInt);
  const data = type === "float64" ? new Float64Array(size) : new Float32Array(size);
  rows.forEach((row, index) => data.set(row, index * width));
  return data;
}

function indexOfMax(values: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function probabilityTensor(outputs: Record<string, Tensor>, signature: Signature, rowCount: number): Tensor {
  const tensor = outputs.probabilities;
  if (!tensor) throw mismatch("the artifact has no output probabilities");
  const { classes } = signature;
  if (tensor.dims.length !== 2 || tensor.dims[0] !== rowCount || tensor.dims[1] !== classes.length) {
    throw mismatch(
      `its probabilities have shape [${tensor.dims}], the signature promises [${rowCount},${classes.length}]`,
    );
  }
  return tensor;
}

/** Answers in row order. A tie goes to the class that the signature names first, as numpy's argmax does. */
export async function predict(
  session: Session,
  signature: Signature,
  rows: readonly (readonly number[])[],
): Promise<Answer[]> {
  const [input] = signature.inputs;
  if (!session.inputNames.includes(input.name)) {
    throw mismatch(`the artifact takes ${session.inputNames.join(", ")}, its signature says ${input.name}`);
  }
  const width = input.columns.length;
  const outputs = await session.run(input.name, input.type, toTensorData(rows, width, input.type), [rows.length, width])
    .catch((error) => {
      throw mismatch(`the model does not run on [${rows.length},${width}]: ${String(error).slice(0, 300)}`);
    });
  const tensor = probabilityTensor(outputs, signature, rows.length);
  const { classes } = signature;
  return rows.map((_, index) => {
    const probabilities = Array.from(
      { length: classes.length },
      (_, position) => Number(tensor.data[index * classes.length + position]),
    );
    if (!probabilities.every(Number.isFinite)) throw mismatch(`the model gave ${probabilities} for row ${index}`);
    return { label: classes[indexOfMax(probabilities)]!, score: probabilities.at(-1)!, probabilities };
  });
}
