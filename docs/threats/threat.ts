/** What a row of the threat table says. Pure. */

/** A threat, and what stands against it. */
export interface Threat {
    /** What an attacker does, or what goes wrong without one. */
    threat: string;
    /** What stops it, and where that has to be asked for, the setting. In Markdown. */
    defence: string;
    /** Files that make the defence, from the root of the repository. */
    code: string[];
    /** Probes of the attack suite that prove it, such as `cluster/host-path`. */
    probes: string[];
    /** Tests that prove it where no probe does: what can't be tried on a cluster in use. */
    tests?: string[];
}
