import { openEngine } from '@auto-seg-loss/engine';
import * as T from '@auto-seg-loss/testing';
await openEngine({threads:1});
for (const id of process.argv.slice(2)) {
  const { plugin } = await import(`@auto-seg-loss/${id}`);
  const choices = T.optionChoices(plugin);
  const variants = await T.makeVariants(plugin, choices, {baseDir:'.',cacheDir:'/tmp'});
  const laws = T[`${plugin.kind}Laws`](variants);
  let total=0, bad=0;
  for (const l of laws) {
    const t=performance.now();
    const r = await l.check({ seed: Number(process.env.SEED ?? 1) });
    const ms=performance.now()-t; total+=ms;
    if (!process.env.QUIET) console.log('  ', r.status, r.law, r.runs ?? r.reason, Math.round(ms)+'ms');
    if (r.status==='broken') { bad++; console.log(T.describeBroken(r)); }
  }
  console.log(id, process.env.SEED ?? 1, choices.length+' variants', laws.length+' laws', bad+' broken', Math.round(total)+'ms');
}
