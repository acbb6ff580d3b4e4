/** The component package as the engine serves it: the SDK's own host for component plugins, over gRPC. */
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { PropertySchema } from "../../../docs/schema";

/** The folder of the package. */
export const componentsFolder = path.resolve(__dirname, "../../../components");

/** The host for component plugins that the language host of an installed CLI runs, too. */
export const pluginHost = require.resolve("@pulumi/pulumi/cmd/run-plugin");

/** What the tests read of a package schema. */
export interface PackageSchema {
    name: string;
    version: string;
    description: string;
    resources: Record<string, ComponentSchema>;
    types: Record<string, TypeSchema>;
    dependencies: { name: string; version: string }[];
}

export interface ComponentSchema {
    description?: string;
    isComponent: boolean;
    inputProperties: Record<string, PropertySchema>;
    requiredInputs: string[];
    properties: Record<string, PropertySchema>;
}

export interface TypeSchema {
    type: string;
    properties?: Record<string, PropertySchema>;
    required?: string[];
    enum?: { name: string; value: string; description?: string }[];
}

/** The package, served. */
export interface Served {
    schema(): Promise<PackageSchema>;
    close(): void;
}

/**
 * Serves the package in `folder` to a program in `consumerFolder`, whose tsconfig.json governs how it is compiled, unless
 * it is already.
 *
 * @throws Error with what the host said, when the package doesn't compile or load.
 */
export async function servePackage(folder: string, consumerFolder: string): Promise<Served> {
    // No engine listens there: nothing but the schema is asked for.
    const host = spawn(process.execPath, [pluginHost, folder, "127.0.0.1:1"], { cwd: consumerFolder });
    const client = new ResourceProviderClient(
        `127.0.0.1:${await announcedPort(host)}`,
        grpc.credentials.createInsecure(),
        { "grpc.max_receive_message_length": -1 },
    );
    return {
        schema: () =>
            new Promise((resolve, reject) =>
                client.getSchema(new GetSchemaRequest(), (error, response) =>
                    error ? reject(error) : resolve(JSON.parse(response.getSchema())),
                ),
            ),
        close: () => {
            client.close();
            host.kill();
        },
    };
}

function announcedPort(host: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
        let said = "";
        host.stderr?.on("data", (text) => {
            said += text;
        });
        host.stdout?.on("data", (text) => {
            const port = /^\d+/.exec(String(text))?.[0];
            if (port) {
                resolve(port);
            }
        });
        host.on("exit", () => reject(new Error(`the plugin host ended before it served:\n${said}`)));
    });
}
