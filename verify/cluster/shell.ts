/** A shell in a container. */
import { PassThrough, Writable } from "node:stream";
import type { KubeConfig, V1Status } from "@kubernetes/client-node";

/** A container that runs. */
export interface Place {
    namespace: string;
    pod: string;
    container: string;
}

/** What a script left behind. */
export interface ScriptOutcome {
    code: number;
    stdout: string;
    stderr: string;
}

/** Thrown when there is no shell to run a script in, or the container went away. */
export class NoShell extends Error {
    override name = "NoShell";
}

const MOST_OUTPUT = 64 * 1024;
const DEADLINE_MS = 60_000;

/** The part of the library's WebSocket that is used here; its own types drag in the browser's. */
interface WebSocketLike {
    on(event: "close", listener: (code: number, reason: Buffer) => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    close(): void;
}

/**
 * Runs a script. It goes to the shell by its input: the API server's audit log records the command lines of exec, and
 * they must not hold what a script may know.
 */
export async function runScript(config: KubeConfig, place: Place, script: string): Promise<ScriptOutcome> {
    const { Exec } = await import("@kubernetes/client-node");
    const output = { stdout: "", stderr: "" };
    const collect = (stream: keyof typeof output) =>
        new Writable({
            write(chunk: Buffer, _encoding, done) {
                output[stream] = (output[stream] + chunk.toString("utf8")).slice(0, MOST_OUTPUT);
                done();
            },
        });
    const input = new PassThrough();
    return new Promise((resolve, reject) => {
        let socket: WebSocketLike | undefined;
        const timer = setTimeout(() => end(() => reject(new NoShell("the script didn't end"))), DEADLINE_MS);
        const end = (how: () => void) => {
            clearTimeout(timer);
            how();
            socket?.close();
        };
        const finished = (status: V1Status) => {
            const code = exitCode(status);
            end(() =>
                code === undefined ? reject(new NoShell(status.message ?? "no shell")) : resolve({ code, ...output }),
            );
        };
        const { namespace, pod, container } = place;
        new Exec(config)
            .exec(namespace, pod, container, ["sh"], collect("stdout"), collect("stderr"), input, false, finished)
            .then((connection) => {
                socket = connection as WebSocketLike;
                socket.on("error", (error) => end(() => reject(new NoShell(error.message))));
                socket.on("close", () => end(() => reject(new NoShell("the container went away"))));
                // `exit` rather than the input's end, which older API servers can't pass on.
                input.write(`${script}\nexit\n`);
            })
            .catch((error: Error) =>
                end(() => reject(new NoShell(error.message || `no exec into ${namespace}/${pod}`))),
            );
    });
}

/** The command's own exit status; undefined when it didn't even start. */
function exitCode({ status, details, reason }: V1Status): number | undefined {
    if (status === "Success") {
        return 0;
    }
    const cause = details?.causes?.find((each) => each.reason === "ExitCode")?.message;
    return reason === "NonZeroExitCode" && cause !== undefined ? Number(cause) : undefined;
}
