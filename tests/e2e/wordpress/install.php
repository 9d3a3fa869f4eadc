<?php
// SPDX-License-Identifier: Apache-2.0
// Installs the WordPress that wordpress.sh serves, with three posts from before anybody followed it.

define('WP_INSTALLING', true);
require __DIR__ . '/config.php';
require ABSPATH . 'wp-admin/includes/admin.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('The Harbour Post', 'editor', 'editor@blog.example', true, '', 'not secret');
update_option('siteurl', "http://$host");
update_option('home', "http://$host");
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
wp_delete_post(1, true);  // "Hello world!"

foreach (['The ferry is back', 'A new pier', 'Herring prices'] as $days => $title) {
    $date = gmdate('Y-m-d H:i:s', time() - 86400 * (3 - $days));
    wp_insert_post(['post_title' => $title, 'post_content' => "<p>$title, as reported.</p>",
                    'post_status' => 'publish', 'post_author' => 1, 'post_date' => $date,
                    'post_date_gmt' => $date], true);
}
