// The one translation unit that holds the code of Asio and Beast; all others see declarations only
// (BOOST_ASIO_SEPARATE_COMPILATION and its sibling in cmake/warnings.cmake).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
