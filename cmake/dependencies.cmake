# Libraries, all from the distribution's own packages (deploy/dependencies.sh installs them).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL 3 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 3.35 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(date REQUIRED)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Header-only packages whose CMake files differ between distributions.
find_path(TL_EXPECTED_DIR tl/expected.hpp REQUIRED)
add_library(tl_expected INTERFACE)
target_include_directories(tl_expected SYSTEM INTERFACE ${TL_EXPECTED_DIR})
find_path(CLI11_DIR CLI/CLI.hpp REQUIRED)
add_library(CLI11::CLI11 INTERFACE IMPORTED)
target_include_directories(CLI11::CLI11 SYSTEM INTERFACE ${CLI11_DIR})

# Asio and Beast are compiled once, here, instead of in every source.
add_library(sluice_asio STATIC cmake/asio.cpp)
target_link_libraries(sluice_asio PUBLIC sluice_options Boost::headers Threads::Threads OpenSSL::SSL)
target_compile_definitions(sluice_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)
if(NOT SLUICE_RECYCLE_FRAMES)
  target_compile_definitions(sluice_asio PUBLIC BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()
