/** Tries until it succeeds; fails with the last error once the seconds are over. */
export async function eventually(attempt: () => Promise<void>, seconds = 30): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        try {
            return await attempt();
        } catch (error) {
            if (Date.now() > deadline) {
                throw error;
            }
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}
