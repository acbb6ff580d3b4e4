/** What a stand-in provider and its resource types are made of. */
import type { Props } from "./wire";

export interface OperationContext {
    urn: string;
    /** The time the user allows, in seconds; 0 leaves it to the provider. */
    timeoutSeconds: number;
    /** Aborted when the user cancels. */
    signal: AbortSignal;
}

export interface CreateContext extends OperationContext {
    /** A preview has no side effects; its id may be empty and its outputs may contain UNKNOWN. */
    preview: boolean;
    log(message: string): void;
    warn(message: string): void;
}

export interface CheckFailure {
    property: string;
    reason: string;
}

export interface Difference {
    changed: string[];
    replace: string[];
    deleteBeforeReplace?: boolean;
}

/** What one resource type does. Secrets arrive unwrapped. */
export interface ResourceType {
    /** Top-level properties that are always secret, besides those whose input was or contained a secret. */
    secretOutputs?: string[];
    check?(
        news: Props,
        olds: Props | undefined,
        ctx: { urn: string; name: string },
    ): Promise<{ inputs: Props; failures?: CheckFailure[] }>;
    /** Defaults to a deep comparison of the inputs, everything updated in place. */
    diff?(id: string, oldState: Props, oldInputs: Props, news: Props): Promise<Difference>;
    create(inputs: Props, ctx: CreateContext): Promise<{ id: string; outputs: Props }>;
    /** `undefined` says that the resource is gone. Without `read` a refresh keeps the state. */
    read?(
        id: string,
        state: Props | undefined,
        inputs: Props | undefined,
    ): Promise<{ id: string; inputs: Props; outputs: Props } | undefined>;
    update?(id: string, state: Props, news: Props, ctx: CreateContext): Promise<Props>;
    /** Without `delete` the resource is only forgotten. */
    delete?(id: string, state: Props, ctx: OperationContext): Promise<void>;
}

export interface Provider {
    name: string;
    version: string;
    configure(config: Record<string, string>): Promise<void>;
    checkConfig?(news: Props): Promise<CheckFailure[]>;
    /** By type token. */
    resources: Record<string, ResourceType>;
    /** By function token. */
    invokes?: Record<string, (args: Props) => Promise<Props>>;
}

/** The object exists but did not become what it should: the engine keeps it in the state and reports the reasons. */
export class PartialFailure extends Error {
    constructor(
        readonly id: string,
        readonly outputs: Props,
        readonly reasons: string[],
    ) {
        super(reasons.join("\n"));
    }
}
