// The pixel shuffle that @FILE@ leaves to the app.

/** Rearranges @CHANNELS@ channels of height x width into a picture of @SCALE@ times the size (CHW). */
fun shuffle(maps: FloatArray, height: Int, width: Int, colors: Int = @COLORS@): FloatArray {
    val s = @SCALE@
    val result = FloatArray(maps.size)
    for (k in 0 until s * s) for (c in 0 until colors) for (y in 0 until height) for (x in 0 until width) {
        val from = ((k * colors + c) * height + y) * width + x
        val to = (c * height * s + y * s + k / s) * width * s + x * s + k % s
        result[to] = maps[from]
    }
    return result
}
