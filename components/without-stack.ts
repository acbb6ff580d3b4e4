/** Errors for users. Pure; no Pulumi import. */

/**
 * The error with a message that stays as it is, and without its stack, which tells a user nothing. Worse, the engine's
 * host for component packages prints an error with `util.inspect`, and in Node 20 that never ends on a frame of the SDK's
 * sources: the plugin would hang instead of reporting.
 *
 * The SDK writes the name of a property in front of the message for each that waits in vain for a value: of a whole
 * application, a hundred of them.
 */
export function withoutStack<E extends Error>(error: E): E {
    const { message } = error;
    error.stack = message;
    Object.defineProperty(error, "message", { get: () => message, set: () => undefined, configurable: true });
    return error;
}
