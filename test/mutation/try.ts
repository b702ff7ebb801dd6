import { VARIANTS } from './subjects';
import { proofsOf } from './proofs';
(async () => {
  for (const v of Object.keys(VARIANTS)) {
    try { const s = Date.now(); console.log(v, (await proofsOf(v, VARIANTS[v]())).length, Date.now() - s); } catch (e) { console.log((e as Error).message); }
  }
})();
