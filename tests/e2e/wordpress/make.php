<?php
// SPDX-License-Identifier: Apache-2.0
// Fills the WordPress of wordpress.sh, exports it, and writes down what its database holds.
//
//   php make.php EXPORT.xml COUNTS.json POSTS COMMENTS

[, $export_file, $counts_file, $post_count, $comment_count] = $argv;

define('WP_INSTALLING', true);
require __DIR__ . '/config.php';
require ABSPATH . 'wp-admin/includes/admin.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
require ABSPATH . 'wp-admin/includes/export.php';

wp_install('The Example', 'editor', 'editor@blog.example', true, '', 'not secret');
update_option('siteurl', 'http://blog.example');
update_option('home', 'http://blog.example');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
$GLOBALS['wp_rewrite']->init();
mt_srand(1789);

// Real texts are odd. Each is somebody's export that broke somebody's import.
const TEXTS = [
    "A plain comment.",
    "Two paragraphs.\n\nAnd a line\nbreak.",
    "<strong>Bold</strong>, <em>slanted</em> and <code>a * b</code>.",
    "A <a href=\"https://example.org/a_b?c=d&amp;e=(f)\" rel=\"nofollow\">link</a>, and https://example.org/bare too.",
    "The end of CDATA: ]]> and again ]]]]><![CDATA[> and a lone ]] and <![CDATA[ opened.",
    "</wp:comment_content></wp:comment></item><item><title>Trap</title>",
    "<blockquote>A quote.\n\nOf two paragraphs.</blockquote>\nAnd the answer.",
    "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<ol><li>first</li><li>second</li></ol>",
    "Ünïcödé, 日本語, العربية, עברית, and astral: 🎺📰 𝔘𝔫𝔦.",
    "Zero width: a\u{200B}b\u{200D}c, bidi: \u{202E}evil\u{202C}, combining: e\u{0301}, not a character: \u{FFFE}.",
    "Markdown of old: *not slanted* _nor this_ [nor](a link) `nor code` # no heading\n- no list\n1. nor this\n> no quote",
    "Ampersands: AT&T, &amp;, &lt;b&gt;, &copy; and &unknown; & alone. 1 < 2 > 0.",
    "<script>alert(1)</script><p onclick=\"x()\">Only this stays.</p><style>p{}</style>",
    "<b>never closed <i>nor this",
    "    indented\n\n\n\n\nand many lines between",
    "Control: \x01\x02 \x0B and a tab\there.",
    "<pre>code {\n    indented;\n}</pre>",
    "Windows\r\nline ends\r\n\r\nhere.",
    "0", "?", "&nbsp;x",
];
const AUTHORS = [
    ['Ann', 'ann@reader.example', 'https://ann.example/'],
    ["Tom & Jerry", 'tom@reader.example', ''],
    ["Miles O'Brien", 'miles@reader.example', 'http://miles.example/?a=b&c=d'],
    ['Ünal Şahin', 'unal@reader.example', ''],
    ['ニュース太郎', 'taro@reader.example', 'https://例え.example/'],
    ['<b>Robert</b>', 'robert@reader.example', 'javascript:alert(1)'],
    ['', '', ''],
    ['Anonymous ]]> Coward', 'a@b', 'not a url'],
];

$users = [1];
foreach (['reporter' => 'author', 'subscriber' => 'subscriber'] as $login => $role) {
    $users[] = wp_insert_user(['user_login' => $login, 'user_pass' => 'not secret', 'role' => $role,
                               'user_email' => "$login@blog.example", 'display_name' => ucfirst($login)]);
}

$start = strtotime('2024-02-28 22:00:00 UTC');
$post_ids = [];
for ($i = 0; $i < $post_count; ++$i) {
    $status = $i % 7 == 5 ? 'draft' : 'publish';
    $post_ids[] = wp_insert_post(wp_slash([
        'post_title' => ["Quake hits coast", "“Quotes” & <em>markup</em>", "Ende ]]> gut", "日本の地震"][$i % 4] . " $i",
        'post_content' => "Text $i with a trap: ]]> and </item>.",
        'post_status' => $status,
        'post_type' => $i % 9 == 8 ? 'page' : 'post',
        'post_author' => $i % 3 == 2 ? $users[1] : 1,
        'comment_status' => $i % 4 == 3 ? 'closed' : 'open',
        'post_date' => gmdate('Y-m-d H:i:s', $start + 86400 * $i),
        'post_date_gmt' => gmdate('Y-m-d H:i:s', $start + 86400 * $i),
    ]), true);
}

// The last post stays without comments. Replies go at least five deep.
$by_post = [];
for ($i = 0; $i < $comment_count; ++$i) {
    $post = $post_ids[(int) (mt_rand(0, 9999) * mt_rand(0, 9999) / 1e8 * ($post_count - 1))];
    $before = $by_post[$post] ?? [];
    $parent = $before && mt_rand(0, 9) < 6 ? $before[mt_rand(max(0, count($before) - 4), count($before) - 1)] : 0;
    $author = AUTHORS[mt_rand(0, count(AUTHORS) - 1)];
    $user = mt_rand(0, 9) == 0 ? $users[mt_rand(0, 2)] : 0;
    $date = gmdate('Y-m-d H:i:s', $start + 86400 * $post_count + 977 * $i);
    $type = $i % 23 == 11 ? ['pingback', 'trackback'][$i % 2] : 'comment';
    $id = wp_insert_comment(wp_slash([
        'comment_post_ID' => $post,
        'comment_author' => $author[0],
        'comment_author_email' => $author[1],
        'comment_author_url' => $author[2],
        'comment_author_IP' => $i % 3 ? "203.0.113." . ($i % 256) : "2001:db8::" . dechex($i),
        'comment_date' => $date,
        'comment_date_gmt' => $date,
        'comment_content' => TEXTS[$i % count(TEXTS)],
        'comment_approved' => $i % 11 == 5 ? '0' : 1,
        'comment_type' => $type,
        'comment_parent' => $parent,
        'user_id' => $user,
    ]));
    $by_post[$post][] = $id;
    if ($i % 13 == 6) {
        update_comment_meta($id, 'rating', ']]> trap');
    }
    if ($i % 17 == 3) {
        wp_spam_comment($id);
    } elseif ($i % 19 == 7) {
        wp_trash_comment($id);
    }
}
wp_trash_post($post_ids[min(6, $post_count - 2)]);  // its comments become post-trashed

// A comment of long ago, from a blog that was moved here: it has no date in GMT.
global $wpdb;
$wpdb->query("UPDATE $wpdb->comments SET comment_date_gmt = '0000-00-00 00:00:00' ORDER BY comment_ID LIMIT 1");

ob_start();
export_wp(['content' => 'all']);
file_put_contents($export_file, ob_get_clean());

$counts = ['posts' => []];
foreach ($wpdb->get_results("SELECT * FROM $wpdb->posts WHERE post_type IN ('post', 'page') AND post_status <> 'auto-draft' ORDER BY ID") as $post) {
    $entry = ['id' => $post->ID, 'title' => $post->post_title, 'slug' => $post->post_name,
              'comment_status' => $post->comment_status, 'comment_count' => (int) $post->comment_count,
              'comments' => []];
    foreach ($wpdb->get_results("SELECT * FROM $wpdb->comments WHERE comment_post_ID = $post->ID ORDER BY comment_ID") as $comment) {
        $entry['comments'][] = [
            'id' => $comment->comment_ID, 'parent' => $comment->comment_parent,
            'author' => $comment->comment_author, 'email' => $comment->comment_author_email,
            'address' => $comment->comment_author_IP, 'date' => $comment->comment_date_gmt,
            'approved' => $comment->comment_approved, 'type' => $comment->comment_type,
            'user' => $comment->user_id];
    }
    $counts['posts'][] = $entry;
}
file_put_contents($counts_file, json_encode($counts, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n");
fprintf(STDERR, "%d posts, %d comments; WordPress %s\n", count($counts['posts']),
        array_sum(array_map(fn($post) => count($post['comments']), $counts['posts'])), get_bloginfo('version'));
