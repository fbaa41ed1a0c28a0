// Boost.JSON for the tests of the access log: the proxy itself writes JSON but reads none.
#include <boost/json/src.hpp>
