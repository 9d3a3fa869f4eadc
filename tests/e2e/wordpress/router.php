<?php
// SPDX-License-Identifier: Apache-2.0
// For PHP's own web server: every address is WordPress's, as with Apache's mod_rewrite.

$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require __DIR__ . '/config.php';
define('WP_USE_THEMES', true);
wp();
require ABSPATH . WPINC . '/template-loader.php';
