import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../defaults";
import { fingerprint } from "../fingerprint";
import { openTunnel } from "./database-tunnel";
import type { PortForwardTarget } from "./port-forward";
import { POSTGRES_PORT } from "./postgresql-values";

/** The database server, as PostgresDatabase's outputs describe it. */
export interface DatabaseServerArgs {
    /** Namespace of the server's pod. */
    namespaceName: pulumi.Input<string>;
    /** Name of the server's pod. */
    podName: pulumi.Input<string>;
    /** DNS name that clients in the cluster use, one that the server's certificate holds. */
    host: pulumi.Input<string>;
    /** Port of the server. Defaults to 5432. */
    port?: pulumi.Input<number> | undefined;
    /** Superuser that makes the roles. Defaults to `postgres`. */
    adminUsername?: pulumi.Input<string> | undefined;
    /** The superuser's password, a secret. */
    adminPassword: pulumi.Input<string>;
    /** Certificate of the authority behind the server's certificate, in PEM. */
    caCertificate: pulumi.Input<string>;
    /** URN of the server's Helm release: when that is deleted, what lives in the database needs no deleting of its own. */
    releaseUrn?: pulumi.Input<string> | undefined;
}

/** The way by port-forward, from any machine that may create `pods/portforward`. */
export interface DatabaseTunnelArgs {
    /** Local port; one for each database that a machine manages at the same time. Plain. Defaults to 15432. */
    localPort?: number | undefined;
    /** Content or path of a kubeconfig. Defaults to `KUBECONFIG` or the one in the home folder. */
    kubeconfig?: pulumi.Input<string> | undefined;
    /** Context within the kubeconfig. Defaults to its current one. */
    context?: pulumi.Input<string> | undefined;
}

/** The way by address, for a runner inside the cluster or behind a VPN. */
export interface DatabaseDirectArgs {
    /** Address of the server, one that its certificate holds. */
    host: pulumi.Input<string>;
    /** Port of the server. Defaults to 5432. */
    port?: pulumi.Input<number> | undefined;
}

/** The server and the way to it: by port-forward unless told otherwise. */
export interface DatabaseConnectionArgs {
    /** The server. */
    server: DatabaseServerArgs;
    /** The way by port-forward, which is the default. Plain by presence. */
    tunnel?: DatabaseTunnelArgs | undefined;
    /** The way by address instead. Plain by presence. */
    direct?: DatabaseDirectArgs | undefined;
}

/** How the provider reaches the server: verified over TLS either way, since the certificate holds 127.0.0.1 too. */
export function databaseConnection(args: DatabaseConnectionArgs): postgresql.ProviderArgs {
    const { server, direct } = args;
    return {
        ...(direct
            ? { host: direct.host, port: direct.port ?? POSTGRES_PORT }
            : { host: "127.0.0.1", port: tunnel(args) }),
        username: server.adminUsername ?? "postgres",
        password: pulumi.secret(server.adminPassword),
        sslmode: "verify-full",
        sslrootcert: pulumi.output(server.caCertificate).apply(certificateFile),
        // A dead tunnel would cost the default of three minutes; few connections, since each is a port-forward.
        connectTimeout: 90,
        maxConnections: 4,
    };
}

function tunnel({ server, tunnel: way }: DatabaseConnectionArgs): Promise<number> {
    const target = new Promise<PortForwardTarget>((resolve) => {
        pulumi
            .all([server.namespaceName, server.podName, server.port ?? POSTGRES_PORT, way?.kubeconfig, way?.context])
            .apply(([namespaceName, podName, port, kubeconfig, context]) =>
                resolve({ namespaceName, podName, port, kubeconfig, context }),
            );
    });
    return openTunnel(way?.localPort ?? DEFAULTS.database.tunnel.localPort, target);
}

/** The provider takes an authority's certificate by path only. The user's own folder, so that nobody else can swap it. */
function certificateFile(certificate: string): string {
    const folder = path.join(os.homedir(), ".cache", "bulwark", "certificates");
    const file = path.join(folder, `${fingerprint(certificate, 32)}.crt`);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, certificate, { mode: 0o600 });
    return file;
}
