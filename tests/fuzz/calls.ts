// Generates calls of one function: a good call, spoiled in a part or two, or arguments out of thin air.
import fc from "fast-check";
import type { ApiFunction, Argument } from "./catalog.ts";
import type { Body } from "./examples.ts";
import { anything, bulkyJson, fitting, json, text } from "./values.ts";

export type Caller = "service_role" | "engineer" | "ml_worker";

export interface Call {
  caller: Caller;
  body: Body;
  /** Every argument has a value of its type and none is missing or unknown. */
  fits: boolean;
}

type Spoil = (body: Body) => { body: Body; fits: boolean };

export function callsOf(api: ApiFunction, examples: Body[], uuids: string[]): fc.Arbitrary<Call> {
  const caller = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Caller>("service_role") },
    { weight: 2, arbitrary: fc.constant<Caller>("engineer") },
    { weight: 1, arbitrary: fc.constant<Caller>("ml_worker") },
  );
  const bodies = examples.length > 0
    ? fc.oneof({ weight: 7, arbitrary: spoiled(api, examples, uuids) }, {
      weight: 3,
      arbitrary: outOfThinAir(api, uuids),
    })
    : outOfThinAir(api, uuids);
  return fc.tuple(caller, bodies).map(([who, { body, fits }]) => ({
    caller: who,
    body,
    fits: fits && isStorable(body),
  }));
}

/** Neither text nor jsonb can hold NUL, and lone surrogates are no text either. */
function isStorable(value: unknown): boolean {
  return !/\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(value));
}

function spoiled(api: ApiFunction, examples: Body[], uuids: string[]): fc.Arbitrary<{ body: Body; fits: boolean }> {
  const spoils = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Spoil[]>([]) },
    { weight: 6, arbitrary: fc.tuple(oneSpoil(api, uuids)) },
    { weight: 2, arbitrary: fc.tuple(oneSpoil(api, uuids), oneSpoil(api, uuids)) },
  );
  return fc.tuple(fc.constantFrom(...examples), spoils).map(([example, list]) => {
    let result: { body: Body; fits: boolean } = { body: example, fits: true };
    for (const spoil of list) {
      const next = spoil(result.body);
      result = { body: next.body, fits: next.fits && result.fits };
    }
    return result;
  });
}

function oneSpoil(api: ApiFunction, uuids: string[]): fc.Arbitrary<Spoil> {
  const addUnknown = fc.tuple(text, anything).map(([key, value]): Spoil => (body) => ({
    body: { ...body, [key]: value },
    fits: false,
  }));
  if (api.arguments.length === 0) return addUnknown;
  const argument = fc.constantFrom(...api.arguments);
  return fc.oneof(
    { weight: 5, arbitrary: argument.chain((a) => fitting(a.type, uuids).map((value) => replace(a, value, true))) },
    { weight: 1, arbitrary: argument.map((a) => replace(a, null, true)) },
    { weight: 1, arbitrary: argument.chain((a) => anything.map((value) => replace(a, value, false))) },
    { weight: 1, arbitrary: argument.map((a) => leaveOut(a)) },
    { weight: 8, arbitrary: insideJson(api, uuids) },
    { weight: 1, arbitrary: addUnknown },
  );
}

const replace = (a: Argument, value: unknown, fits: boolean): Spoil => (body) => ({
  body: { ...body, [a.name]: value },
  fits,
});

const leaveOut = (a: Argument): Spoil => (body) => {
  const { [a.name]: _, ...rest } = body;
  return { body: rest, fits: a.optional };
};

/** Changes one place somewhere inside a jsonb argument; a function without one gets another value for an argument. */
function insideJson(api: ApiFunction, uuids: string[]): fc.Arbitrary<Spoil> {
  const documents = api.arguments.filter((a) => a.type === "jsonb");
  if (documents.length === 0) {
    return fc.constantFrom(...api.arguments).chain((a) =>
      fitting(a.type, uuids).map((value) => replace(a, value, true))
    );
  }
  return fc.tuple(fc.constantFrom(...documents), documentSpoil).map(([a, spoil]): Spoil => (body) => ({
    body: { ...body, [a.name]: spoil(body[a.name]) },
    fits: true,
  }));
}

const newPart = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: bulkyJson },
);

/** A change at one place somewhere inside a document. */
export const documentSpoil: fc.Arbitrary<(document: unknown) => unknown> = fc.tuple(
  fc.nat(),
  text,
  newPart,
  fc.constantFrom("replace", "delete", "add", "repeat"),
).map(([at, key, put, how]) => (document) => {
  const copy = structuredClone(document);
  const places = containersIn(copy);
  if (places.length === 0) return put;
  changeAt(places[at % places.length]!, at, key, put, how);
  return copy;
});

type Container = unknown[] | Record<string, unknown>;

function containersIn(value: unknown): Container[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containersIn)];
}

function changeAt(place: Container, at: number, key: string, put: unknown, how: string) {
  if (Array.isArray(place)) {
    const index = place.length === 0 ? 0 : at % place.length;
    if (how === "replace") place[index] = put;
    else if (how === "delete") place.splice(index, 1);
    else if (how === "add") place.push(put);
    else place.push(...Array(1500).fill(place[index] ?? put));
    return;
  }
  const names = Object.keys(place);
  const name = names[at % Math.max(names.length, 1)] ?? key;
  if (how === "replace") place[name] = put;
  else if (how === "delete") delete place[name];
  else place[key] = put;
}

/** Mostly values that fit their types, some that do not, some missing, some unknown. */
function outOfThinAir(api: ApiFunction, uuids: string[]): fc.Arbitrary<{ body: Body; fits: boolean }> {
  const argument = (a: Argument) =>
    fc.oneof(
      { weight: 12, arbitrary: fitting(a.type, uuids).map((value) => ({ value, fits: true, given: true })) },
      { weight: 2, arbitrary: fc.constant({ value: null, fits: true, given: true }) },
      { weight: a.optional ? 8 : 0, arbitrary: fc.constant({ value: null, fits: true, given: false }) },
      { weight: 1, arbitrary: anything.map((value) => ({ value, fits: false, given: true })) },
    );
  return fc.tuple(...api.arguments.map(argument)).map((values) => {
    const body: Body = {};
    api.arguments.forEach((a, i) => {
      if (values[i]!.given) body[a.name] = values[i]!.value;
    });
    return { body, fits: values.every((v) => v.fits) };
  });
}
