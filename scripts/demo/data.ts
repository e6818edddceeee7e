/**
 * scikit-learn's breast-cancer set (Wisconsin diagnostic, 569 real tumours, 30 measurements), read from the worker's
 * own environment and dealt into cohorts.
 */
import { parse } from "@std/csv/parse";

const quantities = [
  "radius",
  "texture",
  "perimeter",
  "area",
  "smoothness",
  "compactness",
  "concavity",
  "concave_points",
  "symmetry",
  "fractal_dimension",
];

/** Column names in the file's order: the mean of a tumour's cells, its standard error, the worst three cells. */
export const columns = ["mean", "error", "worst"].flatMap((kind) => quantities.map((name) => `${kind}_${name}`));

export interface Patient {
  id: number;
  measurements: Record<string, number>;
  diagnosis: "benign" | "malignant";
}

export interface Cohorts {
  /** Known patients: the first training dataset is cut from their diagnoses. */
  past: Patient[];
  /** Measured and served after training, by the same scanner. */
  clean: Patient[];
  /** Measured and served after training, by a scanner that overstates lengths. */
  miscalibrated: Patient[];
}

const readCsv = `import pathlib, sklearn.datasets
print((pathlib.Path(sklearn.datasets.__file__).parent / "data" / "breast_cancer.csv").read_text())`;

/** Reads the set through the worker's Python; its first line is a header of counts, 0 in the last column is malignant. */
export async function loadPatients(python: string): Promise<Patient[]> {
  const { success, stdout, stderr } = await new Deno.Command(python, { args: ["-c", readCsv] }).output();
  if (!success) throw new Error(`read the breast-cancer set: ${new TextDecoder().decode(stderr).trim()}`);
  const rows = parse(new TextDecoder().decode(stdout).trim()) as string[][];
  return rows.slice(1).map((row, i) => ({
    id: 1000 + i,
    measurements: Object.fromEntries(columns.map((name, j) => [name, Number(row[j])])),
    diagnosis: row[columns.length] === "0" ? "malignant" : "benign",
  }));
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) >>> 0;
    let t = seed;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const overstated = columns.filter((name) => /radius|perimeter|area/.test(name));

/** The same patient as a scanner sees them that overstates lengths by half. */
export function miscalibrate(patient: Patient): Patient {
  const scaled = overstated.map((name) => [name, (patient.measurements[name] ?? 0) * 1.5]);
  return { ...patient, measurements: { ...patient.measurements, ...Object.fromEntries(scaled) } };
}

/** Shuffles the patients (the file is ordered by diagnosis in places) and deals 369, 100 and 100. */
export function dealCohorts(patients: Patient[], seed = 5): Cohorts {
  const random = seededRandom(seed);
  const order = patients.map((patient) => ({ patient, key: random() })).sort((a, b) => a.key - b.key)
    .map(({ patient }) => patient);
  return { past: order.slice(0, 369), clean: order.slice(369, 469), miscalibrated: order.slice(469).map(miscalibrate) };
}
