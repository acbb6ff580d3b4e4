import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { serverMemory } from "../../../components/database/server-memory";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe("the division of the server's memory", () => {
    it("is this for the default request", () => {
        assert.deepEqual(serverMemory(512 * MIB), {
            maxConnections: 100,
            sharedBuffersKb: 128 * 1024,
            effectiveCacheSizeKb: 384 * 1024,
            maintenanceWorkMemKb: 32 * 1024,
            workMemKb: 3932,
        });
    });

    it("is this for a small and for a large one", () => {
        assert.deepEqual(serverMemory(64 * MIB), {
            maxConnections: 50,
            sharedBuffersKb: 16 * 1024,
            effectiveCacheSizeKb: 48 * 1024,
            maintenanceWorkMemKb: 8 * 1024,
            workMemKb: 1024,
        });
        const large = serverMemory(64 * GIB);
        assert.equal(large.maxConnections, 500);
        assert.equal(large.maintenanceWorkMemKb, 1024 * 1024);
    });

    it("gives a sort less where there are more connections", () => {
        assert.equal(serverMemory(512 * MIB, 300).maxConnections, 300);
        assert.ok(serverMemory(512 * MIB, 300).workMemKb < serverMemory(512 * MIB, 100).workMemKb);
    });

    it("lets what is shared and one sort for each connection fit into the request", () => {
        fc.assert(
            fc.property(fc.integer({ min: 256, max: 1024 * 1024 }), (mib) => {
                const { maxConnections, sharedBuffersKb, workMemKb } = serverMemory(mib * MIB);
                assert.ok((sharedBuffersKb + maxConnections * workMemKb) * 1024 <= mib * MIB);
                assert.ok([maxConnections, sharedBuffersKb, workMemKb].every(Number.isInteger));
            }),
        );
    });
});
