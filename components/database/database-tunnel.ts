/**
 * The way from `pulumi up` to a database that no address outside the cluster leads to: a local port, and behind each
 * connection to it one port-forward through the API server to the database's pod.
 */
import * as net from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { withoutStack } from "../without-stack";
import { type Forward, PATIENCE, type PortForwardTarget, portForward } from "./port-forward";

/** A run of the program: its connection to the engine, as far as is of interest here. */
type Run = { getChannel?(): { getConnectivityState(tryToConnect: boolean): number } } | undefined;

/** A listener of this process. The Automation API runs a program many times in one process; each run takes it over. */
interface Tunnel {
    target: Promise<PortForwardTarget>;
    /** What tells one run of the program from another. */
    run: Run;
    port: Promise<number>;
    /** Whether the run has been seen connected to the engine. */
    begun: boolean;
    /** Made by the first connection of a run. */
    forward?: Promise<Forward> | undefined;
}

const tunnels = new Map<number, Tunnel>();

/**
 * Listens on a port of the loopback interface and forwards every connection to the target.
 *
 * The listener is there in previews too, since refreshing connects then, and opens nothing until somebody connects. It
 * never keeps the process alive. The port is fixed, because the provider's inputs, which contain it, are kept in state.
 *
 * @returns the port, once it listens.
 * @throws Error that names the setting to change, when the port is taken.
 */
export function openTunnel(
    localPort: number,
    target: Promise<PortForwardTarget>,
    patience = PATIENCE,
): Promise<number> {
    const run = pulumi.runtime.getMonitor() as Run;
    const open = tunnels.get(localPort);
    if (open !== undefined && open.run === run) {
        const taken = `Port ${localPort} carries another database's tunnel of this program; give each its own \`tunnel.localPort\`.`;
        return Promise.reject(withoutStack(new pulumi.RunError(taken)));
    }
    if (open !== undefined) {
        Object.assign(open, { target, run, begun: false, forward: undefined });
        return open.port;
    }
    const connection = async () => {
        tunnel.forward ??= tunnel.target.then((known) => portForward(known, patience));
        return tunnel.forward;
    };
    const server = listener(connection);
    const tunnel: Tunnel = { target, run, begun: false, port: listen(server, localPort) };
    tunnels.set(localPort, tunnel);
    closeAfterRun(server, localPort, tunnel);
    return tunnel.port;
}

function listener(connection: () => Promise<Forward>): net.Server {
    const server = net.createServer({ allowHalfOpen: false }, (socket) => {
        socket.on("error", () => socket.destroy());
        socket.unref();
        connection()
            .then((forward) => forward(socket))
            .catch((error: Error) => {
                report(error.message);
                socket.destroy();
            });
    });
    return server.unref();
}

/** gRPC's numbers for states of a connection. */
const [CONNECTING, READY] = [1, 2];

/**
 * Where a process outlives its runs, nothing is left listening: another process may need the port. Nobody tells that a
 * run is over, but the engine hangs up then: not before the last deletion, for which the program is kept waiting.
 */
function closeAfterRun(server: net.Server, localPort: number, tunnel: Tunnel): void {
    const look = setInterval(() => {
        const state = tunnel.run?.getChannel?.().getConnectivityState(false);
        tunnel.begun ||= state === READY;
        if (tunnel.begun && state !== READY && state !== CONNECTING) {
            clearInterval(look);
            server.close();
            if (tunnels.get(localPort) === tunnel) {
                tunnels.delete(localPort);
            }
        }
    }, 250).unref();
}

function listen(server: net.Server, localPort: number): Promise<number> {
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => {
            tunnels.delete(localPort);
            reject(withoutStack(new pulumi.RunError(listenFault(localPort, error))));
        });
        server.listen(localPort, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
    });
}

function listenFault(localPort: number, error: NodeJS.ErrnoException): string {
    return error.code === "EADDRINUSE"
        ? `The database tunnel can't listen on 127.0.0.1:${localPort}, another program does; choose a free port with \`tunnel.localPort\` (in the program's settings: bulwark:database.tunnel.localPort).`
        : `The database tunnel can't listen on 127.0.0.1:${localPort} (${error.code}); choose another port with \`tunnel.localPort\`.`;
}

const reported = new Set<string>();

/** Says each reason once: the provider tries many times, and its own error only says that the connection ended. */
function report(reason: string): void {
    if (!reported.has(reason)) {
        reported.add(reason);
        void pulumi.log.warn(`The database tunnel found ${reason}`);
    }
}
