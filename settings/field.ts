/** What a settings schema is built from: groups of documented fields. Pure; no Pulumi import. */
import { z } from "zod";
import { sortOf } from "../components/sort-of";
import type { Kind, Verdict } from "./kinds";
import { code } from "./show";

/** What the settings table says about a setting. */
export interface About {
    meaning: string;
    /** In Markdown the default, or what holds when the setting is left out. */
    fallback: string;
    /** The default, undefined when there is none. */
    value?: unknown;
}

/** One setting of a schema, by its path. */
export interface Field extends About {
    path: PropertyKey[];
}

const abouts = z.registry<About>();

/** Carries both readings of a fault through zod. */
interface FaultParams {
    hidden: string;
}

type Judge<T> = (given: unknown, report: Report) => T | undefined;
type Report = (verdict: Verdict, ...path: PropertyKey[]) => undefined;

/** A setting without which nothing works. */
export function required<T>(kind: Kind<T>, meaning: string): z.ZodType<T> {
    return judged<T>((value, report) => {
        if (value === undefined) {
            const reason = `is missing; it ${kind.demand}`;
            return report({ reason, hidden: reason });
        }
        return single(kind, value, report);
    }).register(abouts, { meaning, fallback: "required" });
}

/** A setting with a default. */
export function field<T>(kind: Kind<T>, meaning: string, value: T): z.ZodDefault<z.ZodType<T>> {
    return withDefault((given, report) => single(kind, given, report), meaning, value);
}

/** A setting that may be left out; `otherwise` says in words what holds then. */
export function optional<T>(kind: Kind<T>, meaning: string, otherwise: string): z.ZodOptional<z.ZodType<T>> {
    return leftOut((given, report) => single(kind, given, report), meaning, otherwise);
}

/** A list of values with a default. */
export function list<T>(kind: Kind<T>, meaning: string, value: T[]): z.ZodDefault<z.ZodType<T[]>> {
    return withDefault((given, report) => many(kind, given, report), meaning, value);
}

/** A list that may be left out, but not be empty. */
export function optionalList<T>(kind: Kind<T>, meaning: string, otherwise: string): z.ZodOptional<z.ZodType<T[]>> {
    // Kubernetes takes an empty list for no restriction at all.
    return leftOut(
        (given, report) => atLeastOne(kind, given, report, "leave the setting out instead"),
        meaning,
        otherwise,
    );
}

/** A list without which nothing works. */
export function requiredList<T>(kind: Kind<T>, meaning: string): z.ZodType<T[]> {
    return judged<T[]>((given, report) => {
        const reason = `is missing; it must be a list, each member of which ${kind.demand}`;
        return given === undefined
            ? report({ reason, hidden: reason })
            : atLeastOne(kind, given, report, `each member ${kind.demand}`);
    }).register(abouts, { meaning, fallback: "required" });
}

/** Values by name, with a default. */
export function map(
    keyKind: Kind<string>,
    kind: Kind<string>,
    meaning: string,
    value: Record<string, string>,
): z.ZodDefault<z.ZodType<Record<string, string>>> {
    return withDefault((given, report) => byName(keyKind, kind, given, report), meaning, value);
}

/** Values by name that may be left out. */
export function optionalMap(
    keyKind: Kind<string>,
    kind: Kind<string>,
    meaning: string,
    otherwise: string,
): z.ZodOptional<z.ZodType<Record<string, string>>> {
    return leftOut((given, report) => byName(keyKind, kind, given, report), meaning, otherwise);
}

/** Settings that belong together. Left out, each of them has its default. */
export function group<T extends z.ZodRawShape>(shape: T): z.ZodPrefault<z.ZodObject<T, z.core.$strict>> {
    return z.strictObject(shape).prefault({} as z.input<z.ZodObject<T, z.core.$strict>>);
}

/** Settings whose presence is a setting by itself. */
export function optionalGroup<T extends z.ZodRawShape>(shape: T): z.ZodOptional<z.ZodObject<T, z.core.$strict>> {
    return z.strictObject(shape).optional();
}

/** Groups of settings, as many as there are things to say them of. Left out, there are none. */
export function groupList<T extends z.ZodRawShape>(shape: T): z.ZodDefault<z.ZodArray<z.ZodObject<T, z.core.$strict>>> {
    return z.array(z.strictObject(shape)).default([]);
}

/** Every setting of a schema, in the order of its declaration; of a list of groups those of its first member. */
export function fieldsOf(schema: z.core.$ZodType, path: PropertyKey[] = []): Field[] {
    const about = abouts.get(schema as z.ZodType);
    if (about) {
        return [{ ...about, path }];
    }
    const bare = unwrapped(schema);
    return bare instanceof z.ZodArray
        ? fieldsOf(bare.element, [...path, 0])
        : Object.entries(shapeOf(bare)).flatMap(([key, member]) => fieldsOf(member, [...path, key]));
}

/** The names that a group of a schema knows, none for a list of groups, undefined when there is neither at the path. */
export function namesAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] | undefined {
    const [key, ...rest] = path;
    const bare = unwrapped(schema);
    const shape = shapeOf(bare);
    if (key === undefined) {
        return Object.keys(shape);
    }
    if (bare instanceof z.ZodArray) {
        return typeof key === "number" ? namesAt(bare.element, rest) : undefined;
    }
    const member = Object.hasOwn(shape, key) ? shape[String(key)] : undefined;
    return member && namesAt(member, rest);
}

/** The reading of a custom issue for a secret value. */
export function hiddenReason(issue: z.core.$ZodIssue): string | undefined {
    return issue.code === "custom" ? (issue.params as FaultParams | undefined)?.hidden : undefined;
}

function shapeOf(schema: z.core.$ZodType): Record<string, z.core.$ZodType> {
    return schema instanceof z.ZodObject ? schema.shape : {};
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
    return schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
        ? unwrapped(schema.unwrap())
        : schema;
}

function withDefault<T>(judge: Judge<T>, meaning: string, value: T): z.ZodDefault<z.ZodType<T>> {
    return judged(judge)
        .default(() => structuredClone(value) as z.util.NoUndefined<T>)
        .register(abouts, { meaning, fallback: code(value), value });
}

function leftOut<T>(judge: Judge<T>, meaning: string, otherwise: string): z.ZodOptional<z.ZodType<T>> {
    return judged(judge).optional().register(abouts, { meaning, fallback: otherwise });
}

function judged<T>(judge: Judge<T>): z.ZodType<T> {
    return z.unknown().transform((value, context) => {
        const report: Report = ({ reason, hidden }, ...path) => {
            context.addIssue({ code: "custom", message: reason, path, params: { hidden } satisfies FaultParams });
            return undefined;
        };
        return judge(value, report) as T;
    });
}

function single<T>(kind: Kind<T>, value: unknown, report: Report, ...path: PropertyKey[]): T | undefined {
    const result = kind.accept(value);
    return "value" in result ? result.value : report(result, ...path);
}

function many<T>(kind: Kind<T>, value: unknown, report: Report): T[] | undefined {
    if (!Array.isArray(value)) {
        const reason = `must be a list, is ${sortOf(value)}`;
        return report({ reason, hidden: reason });
    }
    return Array.from(value, (member, index) => single(kind, member, report, index) as T);
}

function atLeastOne<T>(kind: Kind<T>, value: unknown, report: Report, advice: string): T[] | undefined {
    const reason = `must hold at least one member, is []; ${advice}`;
    return Array.isArray(value) && value.length === 0 ? report({ reason, hidden: reason }) : many(kind, value, report);
}

function byName(
    keyKind: Kind<string>,
    kind: Kind<string>,
    value: unknown,
    report: Report,
): Record<string, string> | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        const reason = `must be an object with a text for each name, is ${sortOf(value)}`;
        return report({ reason, hidden: reason });
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, member]) => {
            const name = keyKind.accept(key);
            if ("reason" in name) {
                report({ reason: `the name ${name.reason}`, hidden: `the name ${name.hidden}` }, key);
            }
            return [key, single(kind, member, report, key) as string];
        }),
    );
}
