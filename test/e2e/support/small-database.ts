import type { PostgresDatabaseArgs } from "../../../components/database/postgres-database";
import type { Cluster } from "../../../sandbox/cluster";
import { nodeOverrides } from "../../../sandbox/configuration";

/** Arguments of a database that the node has chart, image and room for. */
export function smallDatabase(node: Cluster) {
    const { chart, image, exporter } = nodeOverrides(node.images).database as {
        chart: { chart: string; timeoutSeconds: number };
        image: { registry: string; repository: string; tag: string };
        exporter: { image: object };
    };
    const resources = { cpuRequest: "50m", memoryRequest: "128Mi" };
    return { chart, image, exporter, storageSize: "1Gi", resources } satisfies PostgresDatabaseArgs;
}
