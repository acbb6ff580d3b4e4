import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { Remote, startEngine, stateOf } from "./support/engine";
import { SAMPLES } from "./support/samples";
(async () => {
    const engine = await startEngine();
    console.time("up");
    const stack = await engine.stack("try", async () => {
        for (const [c, args] of Object.entries(SAMPLES)) if ((process.env.ONLY??"").split(",").includes(c)) new Remote(c, c.toLowerCase(), args, ["namespaceName"]);
        if (process.env.DB==="1") {const db = new Remote("PostgresDatabase", "db", { namespaceName: "db2" }, ["namespaceName","podName","host","port","adminPassword","caCertificate","release"]);
        new Remote("DatabaseAccess", "acc", { clientNamespaceName: "x", direct: {host: "1.2.3.4"}, server: { namespaceName: db.output("namespaceName"), podName: db.output("podName"), host: db.output("host"), adminPassword: db.output("adminPassword"), caCertificate: db.output("caCertificate"), release: db.output("release") } }, ["databaseName"]);
}
    });
    const r = await stack.up({ onOutput: (t) => process.stdout.write(t), onError: t=>process.stdout.write(t) }).catch(e=>console.log(String(e).slice(0,3000)));
    console.timeEnd("up");
    const st = await stateOf(stack);
    for (const s of st) if (s.urn.includes("acc")) console.log(s.type, s.urn.split("::").at(-1), s.deletedWith);
    require("node:fs").writeFileSync("/tmp/state.json", JSON.stringify(st, null, 1));
    engine.close();
})();
