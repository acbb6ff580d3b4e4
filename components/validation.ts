import * as pulumi from "@pulumi/pulumi";
import { sortOf } from "./sort-of";
import { withoutStack } from "./without-stack";

/** Says what is wrong with a value, or nothing when the value is sound. */
export type Rule<T> = (value: T) => string | undefined;

interface Fault {
    propertyPath: string;
    reason: string;
}

/** What a validation is a part of, and where in it. */
interface Whole {
    validation: Validation;
    place(path: string): string;
}

/**
 * Collects every fault in a component's arguments and gates the checked values: as long as one of them is unsound, none
 * of them resolves, so nothing can be created from a half-valid component.
 *
 * Values that are known when the constructor runs are reported at once by `done`; those that arrive as outputs are
 * reported when they do.
 */
export class Validation {
    private readonly faults: Fault[] = [];
    private readonly pending: Promise<unknown>[] = [];
    private readonly subject: string;
    private readonly whole: Whole | undefined;

    // No parameter property: a consumer whose tsconfig.json has `erasableSyntaxOnly` couldn't compile it.
    constructor(subject: string, whole?: Whole) {
        this.subject = subject;
        this.whole = whole;
    }

    /** Checks of a part of the arguments, whose paths `place` tells within the whole; only the whole reports. */
    part(place: (path: string) => string): Validation {
        return new Validation(this.subject, { validation: this, place });
    }

    /** Checks a value against rules and returns it, gated. */
    value<T>(path: string, input: pulumi.Input<T>, ...rules: Rule<T>[]): pulumi.Output<T> {
        const checked = pulumi.output(input).apply((value) => {
            this.check(path, value as T, rules);
            return value as T;
        });
        if (isPlain(input)) {
            this.check(path, input, rules);
        }
        this.awaits(settled(checked));
        return checked.apply(async (value) => {
            await this.sound();
            return value;
        });
    }

    /** Like `value`, for an argument that may be left out. */
    optional<T>(path: string, input: pulumi.Input<T> | undefined, ...rules: Rule<T>[]): pulumi.Output<T> | undefined {
        return input === undefined ? undefined : this.value(path, input, ...rules);
    }

    /** Checks every member of a list and returns the list, gated. */
    list<T>(path: string, input: pulumi.Input<pulumi.Input<T>[]>, ...rules: Rule<T>[]): pulumi.Output<T[]> {
        const each: Rule<T[]> = (values) => {
            if (!Array.isArray(values)) {
                return `must be a list, is ${sortOf(values)}`;
            }
            values.forEach((value, index) => {
                this.check(`${path}[${index}]`, value, rules);
            });
            return undefined;
        };
        if (Array.isArray(input) && input.every(isPlain)) {
            each(input as T[]);
        }
        return this.value(path, pulumi.output(input) as pulumi.Output<T[]>, each);
    }

    /** Records a fault of the arguments' structure, such as two that exclude each other. */
    fault(path: string, reason: string): void {
        if (this.whole) {
            this.whole.validation.fault(this.whole.place(path), reason);
        } else if (!this.faults.some((known) => known.propertyPath === path && known.reason === reason)) {
            this.faults.push({ propertyPath: path, reason });
        }
    }

    /**
     * Ends the collection.
     *
     * @throws pulumi.InputPropertiesError with all faults so far; its message repeats them, since a plain program shows
     * nothing else.
     */
    done(): void {
        // A part has no faults of its own.
        if (this.faults.length > 0) {
            const lines = this.faults.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
            const message = `${this.subject} can't be created:\n${lines.join("\n")}`;
            throw withoutStack(new pulumi.InputPropertiesError({ message, errors: [...this.faults] }));
        }
    }

    /**
     * Resolves once every value is known and sound.
     *
     * @throws pulumi.InputPropertiesError with all faults, also those of values that came as outputs.
     */
    async sound(): Promise<void> {
        await Promise.allSettled(this.pending);
        this.done();
    }

    private awaits(value: Promise<unknown>): void {
        this.pending.push(value);
        this.whole?.validation.awaits(value);
    }

    private check<T>(path: string, value: T, rules: Rule<T>[]): void {
        for (const rule of rules) {
            const reason = rule(value);
            if (reason) {
                this.fault(path, reason);
                return;
            }
        }
    }
}

/** The same arguments, whose outputs wait for `sound`: they are known when it resolves, and fail with it. */
export function gated<T>(args: T, sound: Promise<unknown>): T {
    if (pulumi.Output.isInstance(args) || args instanceof Promise) {
        const output = pulumi.output(args).apply(async (value) => {
            await sound;
            return value;
        });
        return output as T;
    }
    if (Array.isArray(args)) {
        return args.map((each) => gated(each, sound)) as T;
    }
    if (typeof args === "object" && args !== null) {
        return Object.fromEntries(Object.entries(args).map(([key, each]) => [key, gated(each, sound)])) as T;
    }
    return args;
}

/** Resolves when the output has, also when its value stays unknown in a preview: the SDK's own, undeclared accessor. */
function settled(output: unknown): Promise<unknown> {
    return (output as { promise(): Promise<unknown> }).promise();
}

/** Whether a value holds no output or promise, at no depth, so that it can be checked at once. */
function isPlain<T>(input: pulumi.Input<T>): input is T & pulumi.Input<T> {
    if (pulumi.Output.isInstance(input) || input instanceof Promise) {
        return false;
    }
    return input === null || typeof input !== "object" || Object.values(input).every(isPlain);
}
