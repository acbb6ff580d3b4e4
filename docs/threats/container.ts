/** Threats that the container layer stops. */
import type { Threat } from "./threat";

const CONTEXTS = "components/container/security-contexts.ts";
const POD = "components/container/pod-spec.ts";

export const CONTAINER: Threat[] = [
    {
        threat: "Whoever runs code in the application becomes root, there or on the node",
        defence: "An ordinary user and group, no capability, no new privileges",
        code: [CONTEXTS],
        probes: ["container/root-user", "container/capabilities", "container/setuid"],
    },
    {
        threat: "Whoever runs code in the application attacks the kernel",
        defence: "The runtime's seccomp filter; the kernel's switches and secrets are out of reach",
        code: [CONTEXTS],
        probes: ["container/system-calls", "container/kernel-files"],
    },
    {
        threat: "An attacker changes the program, or leaves tools behind",
        defence: "A read-only root file system; `/tmp` lies in memory, is small, and goes with the pod",
        code: [CONTEXTS, POD],
        probes: ["container/write-root", "container/fill-tmp"],
    },
    {
        threat: "Credentials leak by the environment: crash reports, child processes, `/proc`",
        defence: "Credentials are files in memory, read-only, for the application's group alone",
        code: ["components/container/service-bindings.ts", POD],
        probes: ["container/credentials-in-environment", "container/change-credentials"],
    },
    {
        threat: "The environment tells an attacker where the other Services are",
        defence: "`enableServiceLinks: false`",
        code: [POD],
        probes: ["container/services-in-environment"],
    },
    {
        threat: "A leak or an attack takes the node's memory",
        defence: "A memory limit for each pod, which the kernel keeps",
        code: ["components/resources.ts"],
        probes: ["container/memory-bomb"],
    },
    {
        threat: "A drained node or a crash takes the whole application away",
        defence: "Two pods, spread over nodes; a PodDisruptionBudget; new pods serve before old ones go",
        code: ["components/container/hardened-workload.ts", "components/container/workload-rules.ts"],
        probes: ["container/last-pod", "container/killed-pod"],
    },
    {
        threat: "The registry gives another image under the same name at the next restart",
        defence: "An image by digest, in `workload.image`",
        code: ["components/image.ts"],
        probes: ["container/replaced-image"],
    },
];
