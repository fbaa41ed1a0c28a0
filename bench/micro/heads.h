// The heads that are measured: wrk's, which is as small as they come, and a browser's with ten fields.
#pragma once

#include <string_view>

namespace sluice::bench {

inline constexpr std::string_view tiny =
    "GET /index.html HTTP/1.1\r\n"
    "Host: 127.0.0.1:8080\r\n"
    "\r\n";

inline constexpr std::string_view browser =
    "GET /assets/product/4711/overview.html?lang=en&currency=EUR HTTP/1.1\r\n"
    "Host: shop.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://shop.example.com/catalogue?page=3\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: _ga=GA1.1.1234567890.1700000000; session=9f86d081884c7d659a2feaa0c55ad015; consent=1; lang=en; "
    "cur=EUR; "
    "ab=17; cart=4711; user_id=u-000123456; seen=1; theme=dark\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "\r\n";

}  // namespace sluice::bench
