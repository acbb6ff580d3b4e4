import * as pulumi from "@pulumi/pulumi";
import { withoutStack } from "./without-stack";

/** Says what is wrong with a value, or nothing when the value is sound. */
export type Rule<T> = (value: T) => string | undefined;

interface Fault {
    propertyPath: string;
    reason: string;
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

    // No parameter property: a consumer whose tsconfig.json has `erasableSyntaxOnly` couldn't compile it.
    constructor(subject: string) {
        this.subject = subject;
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
        this.pending.push(settled(checked));
        return checked.apply(async (value) => {
            await Promise.allSettled(this.pending);
            this.done();
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
        if (!this.faults.some((known) => known.propertyPath === path && known.reason === reason)) {
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
        if (this.faults.length > 0) {
            const lines = this.faults.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
            const message = `${this.subject} can't be created:\n${lines.join("\n")}`;
            throw withoutStack(new pulumi.InputPropertiesError({ message, errors: this.faults }));
        }
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
