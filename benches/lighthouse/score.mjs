// Lighthouse's judgement of one page, on a desktop and on a phone that is slower. AUGNO_PAGE is its URL, AUGNO_COOKIE signs in,
// CHROME_PATH is the browser's program.
import lighthouse, { desktopConfig } from 'lighthouse';
import { launch } from 'chrome-launcher';

const categories = ['performance', 'accessibility', 'best-practices'];
const timings = {
  'first-contentful-paint': 'First contentful paint',
  'largest-contentful-paint': 'Largest contentful paint',
  'total-blocking-time': 'Total blocking time',
  'cumulative-layout-shift': 'Layout shift',
};
const chrome = await launch({
  chromeFlags: [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
// Interrupted, it leaves no browser behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    chrome.kill();
    process.exit(1);
  });
}
const tooLong = setTimeout(() => {
  chrome.kill();
  throw new Error('Lighthouse took more than three minutes');
}, 180_000);
try {
  const flags = {
    port: chrome.port,
    logLevel: 'error',
    onlyCategories: categories,
    extraHeaders: { Cookie: process.env.AUGNO_COOKIE },
    maxWaitForLoad: 30_000,
  };
  // Without a config of its own, a page is judged as on a phone.
  for (const [screen, config] of [['desktop', desktopConfig], ['mobile', undefined]]) {
    let lhr;
    // On a busy machine the browser now and then begins its recording too late.
    for (let left = 3; left > 0 && (!lhr || lhr.runtimeError); left -= 1) {
      ({ lhr } = await lighthouse(process.env.AUGNO_PAGE, flags, config));
    }
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    if (lhr.finalDisplayedUrl !== process.env.AUGNO_PAGE) throw new Error(`it saw ${lhr.finalDisplayedUrl} instead`);
    console.log(`  ${screen}`);
    report(lhr);
  }
} finally {
  clearTimeout(tooLong);
  chrome.kill();
}

function report({ audits, categories: judged }) {
  for (const id of categories) {
    const { title, score } = judged[id];
    console.log(`  ${title.padEnd(26)}${String(Math.round(score * 100)).padStart(4)} of 100 (at least 98)`);
  }
  for (const [id, title] of Object.entries(timings)) {
    const goal = id === 'cumulative-layout-shift' ? ' (0)' : '';
    console.log(`  ${title.padEnd(26)}${audits[id].displayValue}${goal}`);
  }
  for (const id of categories) {
    for (const { id: audit, weight } of judged[id].auditRefs) {
      const { score, title, displayValue, details } = audits[audit];
      if (score === null || score === 1) continue;
      const cost = weight > 0 ? `costs points, weight ${weight}` : 'costs no points';
      console.log(`  ${judged[id].title}: ${title}${displayValue ? ` (${displayValue})` : ''}: ${cost}`);
      for (const item of details?.items?.slice(0, 3) ?? []) {
        const where = item.node?.selector ?? item.url ?? item.description ?? item.label;
        if (typeof where === 'string') console.log(`      ${where}`);
      }
    }
  }
}
