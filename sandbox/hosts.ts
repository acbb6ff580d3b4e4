/** Hosts outside the cluster, for tests: an anonymous client, a server, and a cloud's metadata server. */
import * as path from "node:path";
import { type Daemon, startDaemon } from "./cluster/daemons";
import { networkNamespace } from "./cluster/network";
import { TEST_HOSTS } from "./cluster/settings";
import { logFile } from "./paths";
import { type RunOptions, run } from "./shell";

/** A host of the sandbox's own outside of the cluster. */
export interface TestHost {
    /** Its IPv4 address. */
    address: string;
    /** File of its network namespace: `nsenter --net=<file> -- <command>` runs a command there. */
    networkNamespace: string;
    /** Log with a line for each request that reached it. */
    log: string;
}

/** All of them. */
export interface TestHosts {
    /** A client somewhere: it reaches the node, ClusterIPs and load balancer addresses. */
    client: TestHost;
    /** A server somewhere: HTTP on port 80, TCP echo on port 7. Pods have a route to it. */
    server: TestHost;
    /** The metadata server of clouds: HTTP on port 80. Pods have a route to it. */
    metadata: TestHost;
}

export const testHosts: TestHosts = {
    client: testHost("client"),
    server: testHost("server"),
    metadata: testHost("metadata"),
};

/** Runs a command with the network of a test host and returns what it wrote. Fails as `run` does. */
export function runOn(host: TestHost, command: string, args: string[], options?: RunOptions): Promise<string> {
    return run("nsenter", [`--net=${host.networkNamespace}`, "--", command, ...args], options);
}

/** Starts the servers unless they run. */
export function startTestHosts(programs: string): void {
    for (const name of ["server", "metadata"] as const) {
        const daemon: Daemon = {
            name: TEST_HOSTS[name].name,
            program: path.join(programs, "test-host"),
            args: [],
            env: { HOST_NAME: name },
            namespaces: { net: testHosts[name].networkNamespace },
        };
        startDaemon(daemon);
    }
}

function testHost(host: keyof typeof TEST_HOSTS): TestHost {
    const { name, address } = TEST_HOSTS[host];
    return { address, networkNamespace: networkNamespace(name), log: logFile(name) };
}
