<?php
// SPDX-License-Identifier: Apache-2.0
// Writes in the WordPress that wordpress.sh serves, as its editors would. Prints JSON.
//
//   php write.php publish '{"title":, "content":, "author":, "categories":[], "tags":[], "comments":"open"}'
//   php write.php edit '{"id":, "title":, "content":}'
//   php write.php unpublish '{"id":}'
//   php write.php comment '{"id":, "text":}'
//   php write.php close '{"id":}'

require __DIR__ . '/config.php';
require ABSPATH . 'wp-admin/includes/admin.php';
wp_set_current_user(1);  // an administrator's markup is left as it is

// A PNG of one pixel, in the library of the site.
function picture() {
    $png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
    $file = wp_upload_bits('harbour.png', null, base64_decode($png));
    wp_insert_attachment(['post_mime_type' => 'image/png', 'post_title' => 'Harbour'], $file['file']);
    return $file['url'];
}

function author($name) {
    $login = sanitize_user(remove_accents($name), true);
    return username_exists($login) ?: wp_insert_user(
        ['user_login' => $login, 'user_pass' => 'not secret', 'role' => 'author', 'display_name' => $name,
         'user_email' => sanitize_title($name) . '@blog.example']);
}

function publish($what) {
    $picture = picture();
    $id = wp_insert_post(wp_slash([
        'post_title' => $what['title'],
        'post_content' => str_replace('PICTURE', $picture, $what['content']),
        'post_author' => author($what['author']),
        'post_category' => array_map('wp_create_category', $what['categories']),
        'tags_input' => $what['tags'],
        'comment_status' => $what['comments'],
        'post_status' => 'draft',
    ]), true);
    wp_update_post(['ID' => $id, 'post_status' => 'publish']);
    return ['picture' => $picture] + written($id);
}

function written($id) {
    $post = get_post($id);
    return ['id' => $id, 'url' => get_permalink($id), 'guid' => $post->guid, 'status' => $post->post_status,
            'published' => str_replace(' ', 'T', $post->post_date_gmt) . 'Z'];
}

[, $action, $json] = $argv;
$what = json_decode($json, true, 16, JSON_THROW_ON_ERROR);
switch ($action) {
    case 'publish':
        $answer = publish($what);
        break;
    case 'edit':
        $answer = written(wp_update_post(wp_slash(
            ['ID' => $what['id'], 'post_title' => $what['title'], 'post_content' => $what['content']])));
        break;
    case 'unpublish':
        $answer = written(wp_update_post(['ID' => $what['id'], 'post_status' => 'draft']));
        break;
    case 'comment':
        $answer = ['comment' => wp_insert_comment(['comment_post_ID' => $what['id'], 'comment_author' => 'Ann',
                                                   'comment_content' => $what['text'], 'comment_approved' => 1])];
        break;
    case 'close':
        $answer = written(wp_update_post(['ID' => $what['id'], 'comment_status' => 'closed']));
        break;
}
echo json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
