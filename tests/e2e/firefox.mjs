// SPDX-License-Identifier: Apache-2.0
// Starts stock Firefox ESR so that it takes its pushes from a push service of ours.
import puppeteer from "puppeteer-core";

// pushPort: where that service speaks WebSocket with browsers, on localhost.
export function launchFirefox({ pushPort, headless = true }) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless, // Firefox refuses to start as root on another user's screen
    extraPrefsFirefox: {
      "dom.push.enabled": true,
      "dom.push.connection.enabled": true,
      "dom.push.serverURL": `ws://localhost:${pushPort}/`,
      "dom.push.testing.allowInsecureServerURL": true,
      "permissions.default.desktop-notification": 1, // granted
      "alerts.useSystemBackend": false, // the system's fails without a screen
    },
  });
}
