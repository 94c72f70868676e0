// SPDX-License-Identifier: GPL-3.0-or-later
// Files that astropy and NumPy write are read as astropy reads them.
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "core/io/image_reader.h"
#include "core/sky/position.h"
#include "core/sky/wcs.h"
#include "tests/support/outside_tools.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;

/// For each name: NAME.fits or NAME.npy as it was made, NAME.truth.npy as astropy or NumPy reads it
/// (float32).
constexpr const char *kMakeFiles = R"python(
import sys, warnings
import numpy as np
from astropy.io import fits
warnings.simplefilter('ignore')
folder = sys.argv[1] + '/'
random = np.random.default_rng(7)

def truth(name, hdu=0):
    with fits.open(folder + name + '.fits') as file:
        np.save(folder + name + '.truth.npy', np.asarray(file[hdu].data, dtype=np.float32))

for kind in ['uint8', 'int16', 'int32', 'int64', 'float32', 'float64', 'uint16', 'uint32']:
    pixels = (random.normal(50, 10, (11, 7))).astype(kind)
    fits.PrimaryHDU(pixels).writeto(folder + 'plain-' + kind + '.fits')
    truth('plain-' + kind)
hdu = fits.PrimaryHDU(random.integers(0, 90, (9, 8)).astype('int16'))
hdu.header['BLANK'] = 7
hdu.header['BSCALE'] = 0.5
hdu.header['BZERO'] = 3.0
hdu.writeto(folder + 'blank.fits')
truth('blank')
for how in ['RICE_1', 'GZIP_1', 'GZIP_2', 'HCOMPRESS_1', 'PLIO_1']:
    pixels = random.integers(0, 200, (24, 20)).astype('int16')
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(pixels, compression_type=how)]).writeto(folder + how + '.fits')
    truth(how, 1)
noise = random.normal(0, 1, (24, 20)).astype('float32')
noise[3, 4] = np.nan
fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(noise, compression_type='RICE_1', quantize_method=1, dither_seed=5)]
             ).writeto(folder + 'dithered.fits')
truth('dithered', 1)
fits.PrimaryHDU(random.normal(0, 1, (3, 6, 5)).astype('>f4')).writeto(folder + 'colour.fits')
truth('colour')
for kind in ['<f2', '>f4', '<f8', '>i2', '<u4', '|u1', '|b1']:
    pixels = (random.normal(0, 5, (6, 5)) > 0 if kind == '|b1' else np.abs(random.normal(0, 50, (6, 5)))).astype(kind)
    name = 'numpy-' + kind.replace('<', 'l').replace('>', 'b').replace('|', '')
    np.save(folder + name + '.npy', np.asfortranarray(pixels) if kind in ('<f8', '>i2') else pixels)
    np.save(folder + name + '.truth.npy', pixels.astype(np.float32))
)python";

LoadedFile load(const fs::path &path)
{
    const auto file = MappedFile::open(path);
    EXPECT_TRUE(file) << path;
    data::SourceOrigin origin;
    origin.file = path.string();
    return readImages(file->bytes(), origin);
}

TEST(ReadBack, ImagesOfAstropyAndNumpyAreReadAsTheyReadThem)
{
    SOMNIUM_REQUIRE_ASTROPY();
    const test::TemporaryFolder folder;
    const auto made = test::runPython(kMakeFiles, {folder.path().string()});
    ASSERT_EQ(made.exitCode, 0) << made.output;
    std::size_t compared = 0;
    for (const auto &entry : fs::directory_iterator(folder.path()))
    {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".truth.npy"))
            continue;
        SCOPED_TRACE(name);
        const LoadedFile found = load(entry.path());
        // A truth of three axes reads as single images, one for each channel.
        const LoadedFile truth = load(folder / (entry.path().stem().string() + ".truth.npy"));
        for (const auto &problem : found.problems)
            ADD_FAILURE() << toString(problem);
        ASSERT_EQ(found.images.size(), 1U);
        const data::Image &image = found.images[0].image;
        ASSERT_EQ(truth.images.size(), image.channels());
        for (std::size_t channel = 0; channel < image.channels(); ++channel)
        {
            const auto pixels = image.channel(channel);
            const auto expected = truth.images[channel].image.pixels();
            ASSERT_EQ(pixels.size(), expected.size());
            for (std::size_t i = 0; i < pixels.size(); ++i)
            {
                ASSERT_EQ(std::isnan(pixels[i]), std::isnan(expected[i])) << i;
                if (!std::isnan(pixels[i]))
                {
                    ASSERT_FLOAT_EQ(pixels[i], expected[i]) << i;
                }
            }
        }
        ++compared;
    }
    EXPECT_EQ(compared, 23U);
}

/// Prints "ra dec" in ICRS of pixel (20, 30) for headers of several frames and projections; and the header.
constexpr const char *kMakePositions = R"python(
import sys, warnings
from astropy.io import fits
from astropy.wcs import WCS
from astropy.coordinates import FK5
warnings.simplefilter('ignore')
cases = [('RA---TAN', 'DEC--TAN', 187.25, 2.05, 'ICRS', None), ('RA---SIN', 'DEC--SIN', 10.0, -70.0, 'FK5', 2000.0),
         ('RA---ZEA', 'DEC--ZEA', 300.0, 60.0, 'FK4', 1950.0), ('GLON-TAN', 'GLAT-TAN', 120.0, -30.0, None, None),
         ('RA---NCP', 'DEC--NCP', 40.0, 50.0, 'FK5', 2000.0), ('GLON-CAR', 'GLAT-CAR', 5.0, 0.0, None, None)]
for i, (x, y, longitude, latitude, system, equinox) in enumerate(cases):
    header = fits.Header()
    header['NAXIS'] = 2
    header['CTYPE1'], header['CTYPE2'] = x, y
    header['CRVAL1'], header['CRVAL2'] = longitude, latitude
    header['CRPIX1'], header['CRPIX2'] = 50.5, 40.5
    header['CDELT1'], header['CDELT2'] = -0.005, 0.005
    header['CROTA2'] = 20.0 + i
    if system:
        header['RADESYS'] = system
    if equinox:
        header['EQUINOX'] = equinox
    open(sys.argv[1] + '/%d.hdr' % i, 'w').write(header.tostring(sep='', endcard=False, padding=False))
    place = WCS(header).pixel_to_world(30, 20)
    place = place.transform_to(FK5(equinox='J2000') if system == 'FK4' else 'icrs')
    print('%.9f %.9f' % (place.ra.deg, place.dec.deg))
)python";

TEST(ReadBack, PositionsAreThoseOfAstropy)
{
    SOMNIUM_REQUIRE_ASTROPY();
    const test::TemporaryFolder folder;
    const auto made = test::runPython(kMakePositions, {folder.path().string()});
    ASSERT_EQ(made.exitCode, 0) << made.output;
    std::istringstream lines(made.output);
    std::size_t compared = 0;
    sky::SkyPosition expected;
    while (lines >> expected.raDeg >> expected.decDeg)
    {
        std::ifstream file(folder / (std::to_string(compared) + ".hdr"));
        const std::string cards{std::istreambuf_iterator<char>(file), {}};
        const auto wcs = sky::Wcs::fromCards(cards);
        ASSERT_TRUE(wcs) << wcs.error().message << "\n" << cards;
        const auto found = wcs->toSky({.row = 20.0, .column = 30.0});
        ASSERT_TRUE(found);
        EXPECT_LT(sky::separationDeg(*found, expected) * 3600.0, 0.05) << cards; // FK5 is taken as ICRS
        ++compared;
    }
    EXPECT_EQ(compared, 6U);
}

} // namespace
} // namespace somnium::io
